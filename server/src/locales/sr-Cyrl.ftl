# Поруке на српском, ћирилицом; латиница се изводи из ове датотеке.

not-found = Ово не постоји, или не постоји за вас.
required = Попуните ово поље.
too-long = Предугачко је: највише { $longest ->
    [one] { $longest } знак
    [few] { $longest } знака
   *[other] { $longest } знакова
}.
content-unreadable = Овај текст се чува, али се не може отворити: оштећен је у бази података. Јавите онима који одржавају систем и наведите ознаку захтева; у резервној копији је можда читав.
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
sign-in-title = Пријава
sign-in-again = Пријавите се поново
sign-in-request = Наведите овај број када тражите помоћ: { $id }
sign-in-wait-remedy = Сачекајте минут и пријавите се поново. Ако се понавља, јавите Центру.
sign-in-not-set-up = Пријава на овом серверу није подешена.
sign-in-not-set-up-remedy = Администратор сервера треба да у подешавањима наведе издаваоца, под sign_in.issuers.
sign-in-issuer-unavailable = Служба у којој се пријављујете тренутно не одговара.
sign-in-unavailable = Сервис тренутно не може да приступи својој бази података.
sign-in-too-many = Са ваше адресе је у једном минуту започето превише пријава.
sign-in-expired = Ова пријава је предуго трајала, већ је завршена, или је започета у другом прозору или прегледачу.
sign-in-expired-remedy = Пријавите се поново и завршите пријаву за десет минута у истом прегледачу.
sign-in-denied = Приступ вам није одобрен, или сте одустали.
sign-in-denied-remedy = Пријавите се поново. Ако вам приступ није одобрен а требало би да буде, обратите се онима који воде ваш налог.
sign-in-failed = Одговор службе у којој се пријављујете није могао да буде прихваћен, па нисте пријављени.
sign-in-failed-remedy = Пријавите се поново. Ако опет не успе, јавите Центру.
sign-in-internal = Дошло је до грешке на нашој страни, па нисте пријављени.
sign-in-no-membership = Ваш налог није члан ниједне организације овде.
sign-in-no-membership-remedy = Замолите координатора своје организације, или Центар, да вас позове на адресу е-поште овог налога. Ако имате други налог, пријавите се њиме.
sign-out-foreign = Други сајт је затражио да вас одјави. И даље сте пријављени.
sign-out-foreign-remedy = За одјаву користите дугме на нашим страницама.

demonstration-sign-in-title = Пријава у демонстрацију
demonstration-sign-in-explanation = Све особе овде су измишљене. Изаберите једну; лозинка се не тражи.
demonstration-sign-in-second-factor = са другим фактором, који је потребан за улоге Центра
demonstration-sign-in-nobody = Одустани од пријаве
demonstration-sign-in-organisations = Организације

# Пријаве
person-required = Наведите бар једно лице. Довољан је псеудоним или само процењен узраст.
observation-required = Опишите шта је виђено или речено, или означите бар један индикатор.
too-many = Превише их је: највише { $most }.
ends-before-it-begins = Последњи дан је пре првог.
day-in-the-future = Тај дан још није дошао.
day-too-early = Тај дан је пре { $earliest }. године.
birth-year = Година рођења је између { $earliest } и { $latest }.
not-a-country-code = Држављанство је двословна ознака државе, на пример RS.
not-a-language-tag = Језик је ознака по BCP 47, на пример sr или rom.
not-a-personal-number = Матични број или број исправе има највише 30 слова и цифара.
indicator-ticked-twice = Овај индикатор је два пута означен за исто лице.
person-twice = Ово лице је два пута наведено у пријави.
stale-draft = Нацрт је измењен откако сте га учитали. Учитајте га поново пре измене.
stale-draft-sections = Нацрт је измењен откако сте га учитали: { $sections }. Учитајте га поново пре измене.
section-reporter = ко пријављује
section-danger = опасност
section-persons = лица
section-observations = запажања
section-exploitation = сумња на експлоатацију
section-actions = предузете мере
submitted-already = Ова пријава је већ поднета, под бројем { $reference }. Ново сазнање додајте као допуну.
still-a-draft = Ово је још нацрт: измените га или га поднесите.
cannot-be-withdrawn = Повлачење је већ затражено, или је рад Центра на пријави завршен.
no-answer-awaited = Центар не чека одговор за ову пријаву. Оно што знате додајте као допуну.
answered-already = На ово питање је већ одговорено. Оно што знате додајте као допуну.
receipt = Центар је примио вашу пријаву. Сачувајте број: помоћу њега пратите пријаву и додајете нова сазнања. Ако неко дође у опасност, позовите полицију на 192.
receipt-immediate = Центар је примио вашу пријаву. Навели сте да је неко сада у опасности: ако већ нисте, одмах позовите полицију на 192. Сачувајте број: помоћу њега пратите пријаву и додајете нова сазнања.

# Тријажа
wrong-state = Ова пријава { $state }. Сада је могуће: { $possible }.
wrong-state-final = Ова пријава { $state }. Са њом сада не можете ништа да урадите.
state-draft = је нацрт
state-submitted = је примљена и још није преузета
state-in-triage = је у тријажи
state-more-information-needed = чека одговор партнера
state-accepted = је прихваћена
state-joined = је припојена другој пријави
state-passed-on = је прослеђена другом органу
state-closed = је затворена
to-submit = поднети је
to-assign = доделити је
to-request-information = затражити податке
to-answer = одговорити на захтев за податке
to-accept = прихватити је
to-join = припојити је другој пријави
to-undo-join = поништити припајање
to-pass-on = проследити је
to-close = затворити је
to-reopen = поново је отворити
did-submit = подношење
did-assign = додела
did-request-information = захтев за податке
did-answer = одговор на захтев за податке
did-accept = прихватање
did-join = припајање другој пријави
did-undo-join = поништавање припајања
did-pass-on = прослеђивање другом органу
did-close = затварање
did-reopen = поновно отварање
stale-report = Ова пријава је измењена откад сте је прочитали: { $who }, { $when }, { $what }. Учитајте је поново.
stale-report-somehow = Ова пријава је измењена откад сте је прочитали, { $when }. Учитајте је поново.
not-an-assignee = Пријава се може доделити службенику за пријем, водитељу случаја или супервизору Центра чије чланство није престало.
join-to-itself = Пријава не може да се припоји самој себи.
join-to-joined = Та пријава је и сама припојена другој. Ову припојите тој другој.
reopen-decided = О неком од предмета ове пријаве је одлучено. Предмет о коме је одлучено задржава своју пријаву.
reason-too-short = Наведите разлог са бар { $shortest } знакова. Службеник за заштиту података прегледа свако отварање идентитета.
no-identity = О идентитету овог лица нема података.
too-many-messages = Уз ову пријаву већ има { $most } порука ове врсте и више их не прима. Договорите се телефоном.

# Отворени идентитети
opening-ended = Ово отварање је већ завршено.
review-of-ones-own = Нико не прегледа оно што је сам отворио. То мора други службеник за заштиту података.
reviewed-already = Ово отварање је већ прегледано, а преглед је коначан.

# Забране приступа
author-cannot-be-barred = Ономе ко је написао пријаву не може се забранити приступ њој.
nobody-to-bar = Приступ пријави може се забранити само члану Центра или организације која је поднела пријаву, чије чланство није престало.
barred-already = Овом члану је приступ овој пријави већ забрањен.
lifted-already = Ова забрана је већ укинута.
member-barred = Овом члану је због сукоба интереса забрањен приступ овој пријави.

# Предмети
stale-case = Неко је у међувремену изменио овај предмет. Учитајте га поново.
case-void = Овај предмет је изгубио основ када је пријава поново отворена.
forms-required = Дајте бар један облик експлоатације.
forms-not-expected = Облици експлоатације се наводе само за идентификовано лице.

# Страница на /
home-signed-in = Пријављени сте.
home-signed-out = Нисте пријављени.
home-explanation = Преко овог сервиса сарађују Центар и његови партнери. Пријаве стижу кроз његов API, из програма ваше организације.
home-sign-in = Пријавите се
home-sign-out = Одјавите се
home-try-the-api = Испробајте API (GraphiQL)

# Чување података
too-many-persons-to-erase = Наведите највише { $most } лица у једном захтеву.
erased-already = Подаци о овом лицу су већ избрисани.
erasure-at-work = Рад на овој пријави, или на оној којој је припојена, још траје. Најпре одлучите, затворите је или је уступите.
erasure-waits-already = Брисање података о овом лицу већ се разматра.
erasure-joined = Ова пријава је спојена са другима, па лице може бити и у њима. Наведите га и тамо, или потврдите да га другде нема.
erasure-over = Ово брисање је извршено или је отпало.
erasure-held-already = Ово брисање је већ задржано.
erasure-not-held = Ово брисање није задржано.
report-erased = Подаци из ове пријаве су избрисани. Ништа јој се не може додати нити се на њој шта може мењати.

# Обуке
hours-out-of-range = Од 1 до { $longest } сати наставе.
year-out-of-range = Наведите дан од { $first }. до { $last }. године.
last-day-before-first = Последњи дан је пре првог.
programme-withdrawn = Овај програм је већ повучен.
stale-programme = Неко је у међувремену изменио овај програм. Учитајте га поново.
programme-not-valid = Овај програм не важи првог дана сесије, или је повучен.
session-window-passed = Време за пријављивање је прошло. Прво га измените.
session-not-begun = Сесија још није почела.
session-not-over = Сесија се још није завршила.
session-step-impossible = Ово није могуће у садашњем стању сесије.
session-is-over = Сесија је одржана или отказана, и више се не мења.
session-days = Сесија има од једног до { $most } дана.
session-day-length = Дан се завршава после почетка, и траје највише { $longest } сати.
session-days-overlap = Два од ових дана се преклапају.
session-too-long = Од првог до последњег дана прође највише годину дана.
session-window-empty = Пријављивање се завршава пре него што почне.
session-window-too-late = Пријављивање се завршава најкасније када сесија почне.
session-cancelled = Сесија је отказана.
capacity-below-taken = Већ су дата { $taken } места. Мање не може бити.
out-of-range = Од { $least } до { $most }.
not-a-language = Језик се пише са два мала слова: sr, en, hu.
not-an-https-address = Адреса на мрежи почиње са https://. Сесија уживо је нема.
kept-places = Чувајте бар једно место по врсти установе, и сваку врсту наведите једном.
kept-places-exceed = Чува се више места него што их има.
unknown-district = Нема округа са ознаком { $code }. Наводи их поље `districts`.
too-many-copies = Наведите од једног до { $most } дана.
stale-session = Неко је у међувремену изменио ову сесију. Учитајте је поново.
only-the-planner = Ко држи сесију каже само онај ко ју је планирао.
trainer-busy = Један од едукатора у то време држи другу сесију.

# Пријаве за сесије
registration-not-open-yet = Пријављивање је могуће од { $opens }.
registration-ended = Пријављивање се завршило { $closed }.
registration-closed = За ову сесију није могуће пријавити се.
cannot-be-added = У садашњем стању сесије нико се не може додати.
registration-is-over = Ова пријава више не важи.
registration-not-requested = Ова пријава не чека одобрење.
registered-already = Ова особа је већ пријављена за сесију.
session-has-begun = Сесија је почела, или је отказана.
no-place-left = Нема више места, а нема ни листе чекања.
nothing-offered = Овде није понуђено место.
offer-ended = Понуда је истекла. Место је добио следећи са листе.
no-place-to-pass-on = Може се уступити само место које неко има.
stale-registration = Ова пријава се у међувремену изменила. Учитајте је поново.
only-oneself = Друге пријављује само координатор.

# Присуство
session-not-held = Ова сесија се још планира, или је отказана.
session-is-final = Присуство на овој сесији је коначно.
day-not-begun = Врата се отварају сат времена пре почетка дана.
day-is-over = Овај дан је завршен. Замолите едукатора да вас упише.
attendance-times = Долази се пре него што се оде, и обоје тог дана.
attendance-entries = Наведите од једног до { $most } учесника.
named-twice = Овај учесник је наведен два пута.
code-does-not-hold = Овај код више не важи. Очитајте онај који се сада приказује у сали.
no-place-of-yours = Немате место на овој сесији. Замолите едукатора да вас дода.
# Учење
options-not-expected = Питање на које се одговара слободно нема понуђених одговора.
too-few-or-many-options = Наведите од { $least } до { $most } понуђених одговора.
option-twice = Два понуђена одговора су иста.
right-options = Тачни одговори не одговарају врсти питања: наведите један када је тачан један, бар један када их је више, све њиховим редом, а ниједан за слободан одговор; сваки једном, редним бројем од 0.
question-retired = Ово питање је повучено.
question-twice = Ово питање је наведено два пута.
too-few-or-many-questions = Тест има од 1 до { $most } питања.
closes-before-it-opens = Мора се затворити после отварања.
session-takes-no-tests = Ова сесија је завршена или отказана. Њени резултати су коначни.
test-was-taken = Неко је већ радио овај тест. Више се не мења.
no-place-in-session = Немате место на овој сесији.
test-not-open-yet = Овај тест још није отворен.
test-closed = Овај тест је затворен.
no-attempts-left = Радили сте овај тест онолико пута колико је дозвољено.
test-submitted = Овај покушај је већ предат.
test-time-over = Време за овај покушај је истекло. Рачуна се оно што је раније сачувано.
test-still-running = Овај покушај још траје.
test-taken-here = Овај учесник је тест радио овде и има резултат.
no-such-question = Тест нема такво питање, или је на њега одговорено два пута.
choices-do-not-fit = Избор не одговара питању.
text-not-expected = На ово питање се одговара избором.
too-many-answers = Пошаљите највише { $most } одговора.
session-not-evaluated = Ова сесија није објављена, или је отказана.
evaluation-window = Наведите тренутак после почетка, највише { $days } дана касније.
evaluation-not-open = Ова сесија се још не може оценити.
evaluation-closed = Оцењивање ове сесије је завршено.
evaluated-already = Већ сте оценили ову сесију.
no-such-evaluation-question = Нема таквог питања, или је на њега одговорено два пута.
no-such-mark = Оцена је број од 1 до 5.
marks-missing = Дајте оцену за свако питање.

# На уверењу
certificate-heading = Уверење
certificate-given-to = Ово уверење добија
certificate-for-training = за учешће на обуци
certificate-for-information-day = за учешће на информативном дану
certificate-for-consultation-day = за учешће на консултативно-супервизијском дану
certificate-for-round-table = за учешће на округлом столу
certificate-for-workshop = за учешће на радионици
certificate-for-external-supervision = за учешће на екстерној супервизији
certificate-hours = { $hours ->
    [one] { $hours } сат
    [few] { $hours } сата
   *[other] { $hours } сати
}
certificate-accredited = Програм је акредитован: { $accreditor }, број { $number }
certificate-number = Број { $number }
certificate-issued = Издато { $day }
certificate-valid-until = Важи до { $day }
certificate-verify = Провера: { $address }

# Уверења
certificates-too-early = Уверења се издају када је сесија одржана. Прво означите да је одржана.
certificate-revoked-already = Ово уверење је већ поништено или замењено.
certificate-replaced-already = Ово уверење је већ замењено. Замените оно које је издато уместо њега.
letters-not-printable = У имену има слова која се не могу одштампати. Напишите га латиницом или ћирилицом.

# Страница на којој свако проверава уверење
verify-title = Да ли уверење важи?
verify-number = Број уверења
verify-explanation = Стоји у дну уверења и изгледа овако: UV-7KQ4-M2XD-9.
verify-ask = Проверите
verify-valid = Ово уверење важи.
verify-expired = Ово уверење више не важи: истекао је рок.
verify-revoked = Ово уверење не важи: поништено је.
verify-replaced = Ово уверење више не важи: уместо њега је издато друго.
verify-programme-withdrawn = Ово уверење више не важи: програм је повучен.
verify-unknown = Нема уверења са овим бројем.
verify-no-number = Ово не може бити број уверења. Погледајте број поново, слово по слово.
verify-too-many = Са ваше адресе стигло је превише захтева. Сачекајте минут и покушајте поново.
verify-unavailable = То тренутно не може да се утврди. Покушајте поново за неколико секунди.

# Календари. Неутрално: ово стоји на телефонима и у календарима које виде и други.
calendar-name = Едукације
calendar-training = Обука
calendar-information-day = Информативни дан
calendar-consultation-day = Дан консултација и супервизије
calendar-round-table = Округли сто
calendar-workshop = Радионица
calendar-external-supervision = Супервизија
calendar-online = онлајн

# Материјали
year-out-of-range = Унесите дан између 1990. и 2199. године.
material-of-one = Наведите сесију или програм, и само једно од тога.
not-an-https-link = Адреса почиње са https:// и у њој нема имена ни лозинке.
material-replaced-already = Ово издање је већ замењено новијим. Замените то новије.
material-withdrawn-already = Ово је повучено.
printed-quantity = Унесите од 1 до { $most } комада.
printed-to-one = Наведите установу која је то добила или речима ко је добио; само једно од тога.
printed-not-yet = Тај дан тек долази.
# Обухват и спискови учесника, као датотеке
coverage-sheet = Обухват
coverage-institution = Установа
coverage-kind = Врста
coverage-district = Округ
coverage-municipality = Општина
coverage-last-trained = Последња обука
coverage-participants = Учесници
coverage-sessions = Сесије
coverage-reports = Поднете пријаве
participants-sheet = Учесници
participants-name = Име и презиме
participants-function = Функција
participants-days = Присутан дана

# Врсте установа
kind-centre = Центар
kind-school = школа
kind-centre-for-social-work = центар за социјални рад
kind-health-service = здравствена установа
kind-police = полиција
kind-employment-service = служба за запошљавање
kind-reception-centre = прихватни центар
kind-childrens-home = дом за децу
kind-labour-inspectorate = инспекција рада
kind-non-governmental = невладина организација
kind-other-authority = други орган
