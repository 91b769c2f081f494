# Поруке на српском, ћирилицом; латиница се изводи из ове датотеке.

not-found = Ово не постоји, или не постоји за вас.
required = Попуните ово поље.
too-long = Предугачко је: највише { $longest ->
    [one] { $longest } знак
    [few] { $longest } знака
   *[other] { $longest } знакова
}.
control-characters = Садржи знакове који се не могу написати. Откуцајте поново.

# Кључеви за поновљено слање
bad-key = Кључ за поновљено слање има 8 до 128 ASCII знакова без размака. Нови UUID је добар кључ.
key-reused = Овај кључ је већ употребљен са другим подацима. За нову радњу узмите нови кључ.

# Организације и чланства
not-an-email = Ово није адреса електронске поште.
unknown-municipality = Не постоји општина са ознаком { $code }. Списак даје поље `districts`.
roles-required = Дајте бар једну улогу.
role-does-not-fit = Улога { $role } не одговара овој врсти организације.
last-coordinator = Ово је последњи координатор организације. Прво одредите другог.
already-a-member = Активно чланство за ово већ постоји.
stale-membership = Неко је у међувремену изменио ово чланство. Учитајте га поново.
cannot-be-suspended = Организација је већ суспендована, или је то сам Центар.
not-suspended = Ова организација није суспендована.

# Индикатори
unknown-indicator-set = Не постоји листа индикатора са овом ознаком. Списак даје поље `indicatorSets`.
unknown-indicator-version = Листа индикатора нема ову верзију. Изоставите верзију да бисте добили ону која је у употреби.
indicator-set-not-yet-valid = Ова верзија листе индикатора је у употреби од { $from }, а на дан почетка пријаве још није била.
indicator-set-not-valid = Ова верзија листе индикатора била је у употреби од { $from } до пре { $until }, а на дан почетка пријаве није.
unknown-indicator = Листа индикатора у овој верзији нема индикатор са овом ознаком.

# Објашњење означених индикатора
number = { $count ->
    [1] један
    [2] два
    [3] три
    [4] четири
    [5] пет
   *[other] { $count }
}
counted = { number }
counted-strong = { number } { $count ->
    [one] јак
    [few] јака
   *[other] јаких
}
counted-medium = { number } { $count ->
    [one] средњи
    [few] средња
   *[other] средњих
}
counted-weak = { number } { $count ->
    [one] слаб
    [few] слаба
   *[other] слабих
}
counted-medium-or-weak = { number } { $count ->
    [one] средњи или слаб
    [few] средња или слаба
   *[other] средњих или слабих
}
indicators = { $counted } { $count ->
    [one] индикатор
   *[other] индикатора
}
quoted = „{ $text }”
list-and = { $start } и { $end }
list-or = { $start } или { $end }
list-ways = { $start }, или { $end }
ticked-nothing = Овде ништа није означено.
ticked-indicators = { $counted } ({ $wordings })
ticked = Означено: { $list }.
dimension-met = Ова димензија је испуњена: правило тражи { $way }.
dimension-not-met = Ова димензија није испуњена. Још недостаје: { $ways }.
dimension-out-of-reach = Ова димензија се не може испунити: листа у њој има премало индикатора.
dimension-without-rule = Ова листа нема правило по коме се индикатори вреднују: резултат је сам списак.
conclusion-met = Испуњено је све што правило ове листе тражи: { $met }.
conclusion-not-met = Правило ове листе тражи још.
conclusion-met-so-far = Испуњено: { $met }.
conclusion-missing = Није испуњено: { $missing }.
conclusion-without-rule = Означено у овој листи: { $counted }. Листа нема правило по коме се индикатори вреднују: резултат је сам списак.
one-of = бар једно од { $names }
indicator-caution = Индикатор ништа не доказује, а његов изостанак ништа не искључује. Шта год овде стоји, пријаву можете послати.
