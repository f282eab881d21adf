/**
 * Words that carry grammar, not subject, of the languages most documents are written in, without accents. Leaving them out is what
 * lets a short question be compared with a long passage.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  [
    'a an the and or but if so as of at by for from in into on onto to with without about over under up down out off',
    'is are was were be been being am do does did done have has had having can could may might must shall should will',
    'would i me my mine we us our ours you your yours he him his she her hers it its they them their theirs this that',
    'these those there here who whom whose what which when where why how not no nor only just also too very more most',
    'much many some any all each every other such than then please tell know want need get let say give show explain',
    'come comes coming go goes going went take takes taking make makes made use uses used using happen happens able like',
    'anyone anybody someone somebody something nothing nobody none everyone everybody both either neither own same other',
    'another while because until till since during through between against before after within upon per via else yet',
    'way thing things still really again ever always often long sure hello thanks help find look looking work works',
    'der die das den dem des ein eine einen einem einer und oder aber ist sind war waren sein bin hat haben kann ich',
    'du sie wir ihr es mein dein unser euer nicht kein wie wo wann warum wer mit ohne von zu zum zur im am auf aus bei',
    'fur uber unter nach vor man auch noch nur dass wird werden gibt geht macht machen brauche brauchen bekomme bekommen mochte finde finden wieder mich mir',
    'darf darfst durfen durft muss musst mussen soll sollte sollten sollen will wollen wollte konnte konnten konnt mag',
    'viel viele vieler lange oft etwas alle alles dies diese dieser dieses jede jeder jedes ihre ihren ihrem seine meine',
    'meinen unsere hier dort da dann wenn als dass weil um bis seit gegen beim vom ins werde worden wurde hatte hatten',
    'bitte gern gerne konnen kommt kommen komme lasst lassen bekommt sie ihnen uns euch dich dir welche welcher welches',
    'ab an in ob je so gehe gehen geht kann welchem welchen welch einer eines keine keinen keinem keiner jemand jemanden niemand sonst derselbe',
    'anderer anderes anderen andere selbst sogar schon nun denn doch zwar eben mal gerade jetzt sowie sowohl weder noch',
    'hab habt seid wart waren ware waren hatt ihm ihn ihr euer eure eurem eurer deine deinen deinem meinem meiner seinem',
    'wohin woher womit wofur wozu worauf woran wovon weshalb wieso wodurch statt wegen trotz durch ohne neben zwischen',
    'le la les un une des du de et ou mais est sont etait etre ai as avez ont je tu il elle nous vous ils elles mon ma',
    'mes ton ta tes son sa ses notre votre leur ce cet cette ces que qui quoi dont comment quand pourquoi combien dans',
    'sur sous avec sans pour par pas ne plus au aux en quel quelle quels quelles',
    'el los las uno unos unas y o pero es son era fue ser estar esta estan yo tu ella nosotros ustedes mi su sus este',
    'estos estas como cuando donde cual cuales cuanto cuantos por para con sin no se lo al del muy mas hay',
    'puedo puede pueden podemos poder podria debo debe deben hacer hago hace tengo tiene tienen tenemos quiero quisiera',
    'esos esas eso esto donde adonde cuanta cuantas hasta desde entre sobre tambien ya me te nos les le fueron han he',
    'ese esa aquel aquella alguien nadie algo nada otro otra otros otras cada todo toda todos todas ni aunque mientras',
    'vosotros vosotras vuestro vuestra nuestro nuestra nuestros nuestras tus os usted soy eres somos sois estoy estamos',
    'hemos habeis habia haya sea sean seria estaba hacia segun tras durante mediante ante bajo contra cuyo cuya',
    'il lo gli i uno e ed ma sono era essere ho hai ha abbiamo io lui lei noi voi loro mio tuo suo questo questa che',
    'chi cosa come quando dove perche quanto quanti con per tra fra non si di da nel nella al alla del della',
    'os um uma uns umas mas sao ser estar eu ele ela voce seu sua este esta quem onde quando porque quanto com sem em',
    'no na nos nas do da dos das ao aos nao se',
    'de het een en of maar zijn was ik jij hij zij wij jullie mijn dit dat wat wie waar wanneer waarom hoe met zonder',
    'van voor naar niet geen ook te op',
  ]
    .join(' ')
    .split(' '),
);
