import { stem } from './words.ts';

/**
 * Everyday words that ask for the same thing, one group a line: the little that a model without weights knows of
 * meaning. A word stands in one group only.
 */
const GROUPS = `
price cost fee charge pay payment euro dollar pound expensive cheap rate
discount reduction reduced rebate
buy purchase order sell sale
book booking reserve reservation register registration enrol enroll signup
cancel cancellation withdraw
refund refunded reimburse return returned money
open opening hours opened
close closing closed shut
begin start beginning starting
end finish ending over
phone telephone call mobile
email mail contact write message reach
address location located directions find street
ship shipping deliver delivery send parcel
child children kid kids daughter son
old age aged years
retired pensioner pensioners senior seniors
student students trainee trainees apprentice pupil pupils
teacher instructor tutor coach trainer
lesson class course workshop session
learn study taught teach
car parking park
train station railway
food lunch meal eat dinner breakfast
fridge refrigerator refrigerated
freeze frozen freezer freezing
store keep storage stored kept
hot heat temperature degrees warm
cold cool chill
clean wash cleaning
repair fix broken damaged
guarantee warranty
need require required necessary
allowed permitted permission forbidden may
miss missed absent
borrow lend loan rent hire
move change reschedule switch
found founded founder established
pet pets dog dogs cat cats animal animals
disabled wheelchair accessible accessibility
allergy allergic allergies intolerance
sick ill illness disease
photo photograph photographs picture pictures camera
film video videos
internet wifi online
certificate diploma certification
kosten kostet preis preise euro gebuhr
abmelden abmeldung stornieren kundigen
anmelden anmeldung buchen buchung
beginn beginnt anfang start
personen leute teilnehmer
auto wagen parkplatz parkplatze parken
gultig gelten gilt gultigkeit
erstatten erstattung ruckzahlung zuruck
heiss grad temperatur
rabatt ermassigung
kinder kind
perro perros mascota mascotas
coche coches aparcar aparcamiento vehiculo
pagar pago tarjeta transferencia
cancelar cancelacion anular
devolver devolvemos reembolso dinero
nino ninos nina ninas
prix coute cout tarif
precio cuesta coste tarifa
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

const GROUP_OF = new Map(GROUPS.flatMap((words, group) => words.map((word) => [stem(word), group] as const)));

/** The number of the group a stem belongs to; undefined for most. */
export function groupOf(stemmed: string): number | undefined {
  return GROUP_OF.get(stemmed);
}
