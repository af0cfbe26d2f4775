"""One verb, one file: arguments in, exit code out. `cli` imports a verb when it is used."""
