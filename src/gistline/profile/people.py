"""Words by which people are told from things: in labels, and in values.

Comes in: nothing. Goes out: sets of words, in lower case. Called by `personal`.

Labels are in English, German, French, Spanish, Portuguese, Italian, Dutch, Polish, Russian, Chinese, Japanese and Korean.
No list of them is ever complete; what a label does not tell, the values have to.
"""


def _set(text: str) -> frozenset[str]:
    """Return the words of a text; a set written out has a line for each of its words."""
    return frozenset(text.split())


# Anywhere in a label, as a word or as several that follow one another: `tax_id` and `taxId` are `taxid`.
PERSONAL_WORDS = _set(
    """
    address birth birthday birthdate birthplace dob born card email fax firstname forename fullname lastname
    nickname surname username iban login mail mobile cellphone cellnumber cellno phone telephone contactno
    contactnumber contactname whatsapp street passport password secret token accountnumber accountno
    bankaccount licenceplate licenseplate driverslicense ssn taxid taxnumber nationalid personalid
    socialsecurity bsn nin nino cpf dni nif curp pesel aadhaar snils ahv nhs nhsnumber adresse anschrift
    strasse straße handy kontonummer ausweis passwort prénom prenom nomdefamille courriel téléphone rue
    apellido apellidos correo teléfono telefono móvil dirección direccion calle nascimento sobrenome
    telefone celular endereço endereco cognome indirizzo voornaam achternaam telefoon adres nazwisko telefon
    фамилия имя отчество фио телефон почта адрес паспорт
    """
)
# Long enough to stand for themselves within a word: `Kundentelefonnummer`; and those of scripts without spaces.
PERSONAL_STEMS = _set(
    """
    telefon rufnummer handynummer mobilnummer geburt nachname vorname kundenname benutzername steuernummer
    steuerid versicherungsnummer geboorte naissance nacimiento рожден 姓名 名字 电话 電話 手机 手機 邮箱 郵箱 邮件 地址 身份证 身分證
    生日 出生 负责人 負責人 联系人 聯絡人 客户名 員工 员工 氏名 名前 住所 担当者 顧客名 이름 성명 전화 주소 이메일 생년월일 담당자
    """
)
# At the end of a label: `customer` holds people, `customer_country` does not.
PEOPLE = _set(
    """
    agent applicant assignee assigned author buyer cardholder cell client contact consultant coach customer
    doctor driver employee guest instructor lawyer manager member nurse owner passenger patient person
    physician rep recipient representative reporter reviewer salesperson salesrep seller staff student
    supervisor teacher tenant user winner worker ansprechpartner bearbeiter benutzer besitzer inhaber
    kontakt kunde kundin mitarbeiter mitarbeiterin patientin sachbearbeiter verkäufer verkaeufer vertreter
    employé utilisateur vendeur propriétaire cliente empleado usuario vendedor funcionário utente dipendente
    klant medewerker klient pracownik клиент сотрудник менеджер 客户 客戶 顧客 고객 직원
    """
)
# Before `name`: `user_name` is a person's, `file_name` is none.
NAMED = PEOPLE | {""} | _set("account family first full given holder last maiden middle")
# The whole label: these mean many things in longer ones.
NAMES = _set(
    """
    nom nombre nome naam imię imie namn navn nimi nama
    """
)
# In a label of things whose names look like those of people.
THINGS = _set(
    """
    airline airport area borough brand category channel city class cities color colour company condition
    continent country county course crop cuisine department description dest destination district division
    event format genre grade group industry item job kind language league level location make material
    method mode model nation neighborhood neighbourhood occupation origin outcome place plan platform port
    position priority product profession province rating reason region result risk role sector segment
    series service severity site source species stage state station status store style symptom team
    territory title topic town treatment type unit variety vehicle venue warehouse weather zone land stadt
    ort farbe kategorie produkt abteilung grund ville pays région produit catégorie ciudad país pais región
    producto categoría estado cidade città paese
    """
)
# In the names of things, but hardly of people.
NO_NAMES = _set(
    """
    new united north south east west northern southern eastern western central upper lower great san santa
    são los las el saint st st. fort port mount lake hong saudi sri costa puerto sierra cape burkina guinea
    korea africa america asia europe arabia republic kingdom states state island islands city county
    district beach springs park valley river bay coast black blue brown dark bright gold golden gray green
    grey light orange pale pink purple red silver white yellow and or not no yes the of in on off out to for
    with without & very high higher low medium small large big long short full half part first second third
    early late good bad better poor fair slightly strongly neither agree disagree more less most some all
    none other never always often rarely time times day days week month year years class credit debit cash
    bank card check cheque wire transfer payment delivery shipping order pending failed shipped delivered
    cancelled canceled returned processing progress done open closed active inactive available sold stock
    hold customer service services support sales human resources research management marketing public
    private home office supplies furniture consumer corporate business enterprise standard premium basic
    express general special social media mobile web app desktop phone email search direct online drama
    comedy horror action adventure fiction science romantic musical school college university degree married
    single divorced never-married male female american african european asian water air food fast slow hot
    cold wheel drive front rear engine car suv truck street road avenue unknown data user system error
    warning test model type group team level company inc inc. ltd ltd. llc gmbh ag corp corp. co. plc store
    shop motor
    """
)
# The most frequent given names of many countries; those that are also cities, months or words are left out.
GIVEN_NAMES = _set(
    """
    james robert john michael david william richard joseph thomas christopher daniel matthew anthony steven
    paul andrew joshua kenneth kevin brian george mary patricia jennifer linda elizabeth barbara susan
    jessica sarah karen lisa nancy emily emma olivia anna laura julia sophie sophia alice ada grace hans
    peter klaus jürgen wolfgang stefan andreas markus ursula monika sabine petra claudia katharina johannes
    lukas felix pieter sanne lars erik jean pierre michel françois philippe nathalie isabelle camille marie
    claire maria maría josé jose juan luis carlos javier miguel antonio manuel pedro ana carmen lucia lucía
    joão joao paulo giuseppe giovanni marco francesca giulia piotr krzysztof agnieszka ivan sergei dmitri
    olga natalia svetlana иван сергей александр дмитрий анна мария ольга елена наталья татьяна mohammed
    muhammad mohamed ahmed ali omar fatima aisha hassan ibrahim yusuf mehmet mustafa ayşe emre rahul priya
    amit anita sanjay sunita raj deepak hiroshi takashi yuki kenji wei jing minh nguyen siti kwame chidi
    ngozi
    """
)
# Stand where a name is not known.
NOBODY = _set(
    "unknown other others nobody anonymous unassigned undefined tbd deleted unbekannt sonstige inconnu autre"
)
PARTICLES = _set(
    """
    van von der den de del della di da do dos das du la le zu ter bin ibn al el y e af av
    """
)
TITLES = _set(
    """
    mr mrs ms miss dr prof sir herr frau mme mlle señor señora sra
    """
)
SUFFIXES = _set(
    """
    jr sr ii iii iv phd md esq
    """
)
# The first character of a Chinese or Japanese name as written without spaces, and of a Korean one.
SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖萧田董袁潘于蒋蔡余杜叶苏魏吕丁沈姚卢姜崔谭陆汪范廖贾邹熊孟秦"
    "佐鈴渡伊김박최정강조윤장임한오서신권황안송류홍"
)
NO_NAME_ENDS = frozenset("色级類类市省区區县縣州国國시도구군")
