import { readFileSync } from 'node:fs';

export interface EvalQuestion {
  readonly question: string;
  /** Words that the passage with the answer holds; absent when the sources do not answer. */
  readonly gold?: string;
}

export interface QuestionSet {
  readonly name: string;
  readonly documents: readonly { readonly title: string; readonly text: string }[];
  readonly questions: readonly EvalQuestion[];
}

const demo = (file: string) =>
  readFileSync(new URL(`../../../infra/local/demo/documents/${file}`, import.meta.url), 'utf8');

const answered = (pairs: readonly (readonly [string, string])[]) =>
  pairs.map(([question, gold]) => ({ question, gold }));
const unanswered = (questions: readonly string[]) => questions.map((question) => ({ question }));

const BAKERY: QuestionSet = {
  name: 'bakery',
  documents: [
    { title: "Classes, prices and house rules of Mara's Sourdough School", text: demo('classes-and-prices.md') },
    { title: 'Starter care and baking guide', text: demo('starter-and-baking-guide.md') },
  ],
  questions: [
    ...answered([
      ['How much does the beginners evening cost?', 'costs 68 euros'],
      ['What is the price of the weekend class?', 'costs 245 euros'],
      ['Which breads do we bake on the weekend?', 'seeded rye in a tin, a ciabatta'],
      ['Is there a weekend class in August?', 'not held in August'],
      ['How long is the rye day?', '9:00 to 16:30'],
      ['Can my eight year old daughter come along?', 'children from seven to twelve'],
      ['What does a second child pay?', '15 euros'],
      ['How many videos are in the online course?', '26 videos'],
      ['Can I download the videos?', 'cannot be downloaded'],
      ['Are there subtitles in Swedish?', 'English, German and Swedish'],
      ['What should I bring to class?', 'Bring an apron'],
      ['How do I pay for a place?', 'with a card or by bank transfer'],
      ['How does the waiting list work?', '24 hours to take it'],
      ['How long is a gift voucher valid?', 'valid for three years'],
      ['Can I get cash for my voucher?', 'not paid out in cash'],
      ['Can I get my money back if I cancel ten days before?', 'Between 13 and 4 days'],
      ['I am ill, do I get a refund?', 'Illness makes no difference'],
      ['Can I return the online course?', 'returned within 30 days'],
      ['Can I move my booking to another day?', 'You can move a booking once'],
      ['Do you have gluten free bread for coeliacs?', 'people with coeliac disease'],
      ['Is the lunch vegetarian?', 'Lunch is vegetarian'],
      ['Which bus goes to the school?', 'Bus 23'],
      ['Is there parking?', 'four parking spaces'],
      ['Is the kitchen accessible with a wheelchair?', 'wide enough for a wheelchair'],
      ['May I bring my dog?', 'Dogs have to stay at home'],
      ['What is your phone number?', 'There is no telephone'],
      ['How often do I have to feed my starter?', 'feed the starter once a day'],
      ['How do I start a new sourdough starter from scratch?', 'takes about ten days'],
      ['Which flour should I use for feeding?', 'half wheat flour and half whole rye'],
      ['There is a grey liquid on my starter, what is it?', 'called hooch'],
      ['How much salt goes into the country loaf?', '10 grams of salt'],
      ['What is autolyse?', 'this rest is called autolyse'],
      ['How long does bulk fermentation take at 22 degrees?', 'at 22 degrees about seven'],
      ['How long can the dough stay in the fridge?', '10 to 16 hours'],
      ['How hot must the oven be?', '250 degrees for 45 minutes'],
      ['What core temperature does a finished rye have?', 'core of 98 degrees'],
      ['How long do I bake pizza?', '7 minutes at 280'],
      ['How do I store bread?', 'linen bag'],
      ['Can I freeze bread?', 'frozen in slices'],
      ['Why is my loaf flat like a pancake?', 'fermented too long'],
      ['My crumb is gummy, why?', 'gummy crumb comes from'],
      ['Who founded the school and when?', 'opened it in 2017'],
    ]),
    ...unanswered([
      'Do you teach croissants or puff pastry?',
      'Is there a discount for students?',
      'What is the wifi password?',
      'Do you sell flour online?',
      'Can I rent the kitchen for a birthday party?',
      'Who won the football world cup in 1998?',
      'What is the capital of Mongolia?',
      'Write me a poem about autumn.',
      'How do I change the tyre of a bicycle?',
      'What is the weather tomorrow?',
      'Can you help me with my tax return?',
      'Hi there!',
      'Thanks, bye',
      'How old is Mara?',
      'Does Mara have children?',
      'Do you ship the loaves to France?',
      'Which laptop should I buy?',
      'How do I cook rice?',
      'What is the best recipe for chocolate cake?',
      'Is there a hotel nearby?',
      'Can I work as an intern at the school?',
      'Explain quantum entanglement.',
      'How do I brew beer with the starter?',
      'Which vaccination do I need for Kenya?',
      'How many calories does a slice have?',
      'What is the meaning of life?',
    ]),
  ],
};

const GUITAR: QuestionSet = {
  name: 'guitar',
  documents: [
    {
      title: 'Lessons with Tomas',
      text: `# About the lessons

Tomas gives guitar lessons for adults in a rehearsal room behind the old cinema. A lesson lasts 45 minutes. You can come weekly or every second week, and there is no contract: pay for ten lessons, use them within six months.

# Prices

Ten lessons cost 420 euros. A trial lesson costs 20 euros and is deducted when you buy a block of ten. Two friends who learn together pay 520 euros for ten lessons in all. Retired people and trainees get a reduction of fifteen percent.

# Instruments

Beginners should start on a nylon-string guitar, because steel strings hurt soft fingertips. There are two loan guitars in the room, so nobody has to carry one through the rain. Tomas lends a three-quarter guitar to people with small hands for a deposit of 50 euros.

# Missing a lesson

If you tell Tomas at least 24 hours ahead, the lesson is moved. Otherwise it counts as taken. When Tomas falls ill the lesson is always made up for.

# Practice

Twenty minutes each day bring more than two hours on Sunday. Begin with open chords: E minor, A minor, D and G. Change between two chords for a minute with a metronome at 60 beats, and count the clean changes. Calluses form after about three weeks.

# Strings and tuning

Change nylon strings every three months, and steel strings every six weeks if you play daily. Standard tuning from the lowest string is E A D G B E. In winter keep the guitar away from the radiator; a humidity between 45 and 55 percent keeps the top from cracking.

# Concerts

Each June there is a pupils' concert in the cinema. Nobody has to play. Guests pay nothing, and the bar is run by the volunteers.`,
    },
    {
      title: 'Unterricht auf Deutsch',
      text: `# Gruppenkurs Liedbegleitung

Der Gruppenkurs Liedbegleitung findet mittwochs von 19 bis 20:30 Uhr statt und dauert acht Wochen. Er kostet 160 Euro. Es nehmen höchstens sechs Personen teil. Vorkenntnisse sind nicht nötig, eine eigene Gitarre schon.

# Abmeldung

Eine Abmeldung ist bis zum zweiten Termin möglich, danach wird die Kursgebühr nicht erstattet. Versäumte Termine können im nächsten Kurs nachgeholt werden.

# Noten

Die Noten und Aufnahmen liegen nach jedem Termin im Ordner der Gruppe. Sie dürfen nicht weitergegeben werden.`,
    },
  ],
  questions: [
    ...answered([
      ['How much are ten lessons?', 'Ten lessons cost 420'],
      ['How long is one lesson?', '45 minutes'],
      ['Is there a trial lesson?', 'trial lesson costs 20'],
      ['Do pensioners get a discount?', 'Retired people and trainees'],
      ['Which guitar should a beginner buy?', 'nylon-string guitar'],
      ['Can I borrow an instrument?', 'two loan guitars'],
      ['What happens if I miss a lesson?', '24 hours ahead'],
      ['How much should I practise every day?', 'Twenty minutes each day'],
      ['Which chords come first?', 'E minor, A minor, D and G'],
      ['When do calluses form?', 'about three weeks'],
      ['How often should I change the strings?', 'every three months'],
      ['What is the standard tuning?', 'E A D G B E'],
      ['Which humidity is good for a guitar?', '45 and 55 percent'],
      ['Is there a concert for students?', 'concert in the cinema'],
      ['Where do the lessons take place?', 'behind the old cinema'],
      ['Was kostet der Gruppenkurs?', 'kostet 160 Euro'],
      ['Wann findet die Liedbegleitung statt?', 'mittwochs von 19'],
      ['Kann ich mich vom Kurs wieder abmelden?', 'bis zum zweiten Termin'],
      ['Wo finde ich die Noten?', 'im Ordner der Gruppe'],
      ['Brauche ich Vorkenntnisse?', 'Vorkenntnisse sind nicht nötig'],
    ]),
    ...unanswered([
      'Do you teach the violin?',
      'Can I learn the drums here?',
      'Who invented the telephone?',
      'How do I install Windows?',
      'Unterrichten Sie auch Klavier?',
      'Was ist die Hauptstadt von Peru?',
      'Do you repair amplifiers?',
      'What is the best restaurant in town?',
      'Hallo!',
      'How tall is Mount Everest?',
      'Can you recommend a dentist?',
      'Wie wird das Wetter morgen?',
      'Is there parking for a caravan?',
      'Which software records podcasts?',
    ]),
  ],
};

/** Written after everything was set, and never used to set anything. */
const CAMPSITE: QuestionSet = {
  name: 'campsite',
  documents: [
    {
      title: 'Lakeside campsite handbook',
      text: `# Arrival and departure

Check-in is from 14:00 to 20:00 at the wooden hut beside the gate. If you come later, pick up your map from the green
box and register on the next morning. Please leave your pitch by 11:00 on the day of departure.

# Fees

A pitch for a tent costs 18 euros a night, a pitch for a caravan or motorhome 27 euros. Each adult pays 7 euros and
each child between four and fifteen 3 euros. Electricity is charged by the meter at 60 cents per kilowatt hour. The
visitors' tax of 2 euros is collected for the village.

# Season

We are open from the first of April to the end of October. In winter only the four cabins can be rented.

# Cabins

Each cabin sleeps four people, has a stove, a sink and two bunk beds, and costs 74 euros a night. Bed linen can be
hired for 9 euros a set. The final cleaning of 35 euros is added to every stay.

# Swimming and boats

The beach is unguarded; children swim under the eyes of their parents. Rowing boats cost 12 euros an hour, paddle
boards 15 euros. Life jackets are lent free of charge. Motor boats are forbidden on the lake.

# Fire and quiet

Open fires are allowed in the stone rings only. Firewood is sold at the hut, six euros a bag. From 22:00 to 7:00 we
ask for quiet. Loud music is not welcome at any hour.

# Animals

Dogs are welcome on a lead, two at most on each pitch, for 4 euros a night. They may not go to the main beach; there
is a bay for them behind the birches.

# Waste and water

Glass, paper and plastic are collected separately behind the wash house. Chemical toilets are emptied only at the
station next to the gate. Drinking water comes from the blue taps.

# Cancelling

Cancel up to 30 days before arrival and you get everything back but 20 euros. Later than that we keep half, and in the
last week the whole amount.`,
    },
    {
      title: 'Walks around the lake',
      text: `# The short loop

The short loop is 4 kilometres long and takes about an hour. It is flat and suits prams. It begins behind the wash
house and is marked in yellow.

# The ridge

The ridge walk is 13 kilometres with 600 metres of climbing; plan five hours. Good boots are needed, and there is no
water on the way. From the top one can see the cathedral on clear days.

# Mushrooms

Mushrooms may be gathered for one's own meal, at most one kilogram a person and day, and not in the reserve.`,
    },
  ],
  questions: [
    ...answered([
      ['When can we check in?', '14:00 to 20:00'],
      ['What if we arrive late at night?', 'green'],
      ['Until when do we have to leave?', 'by 11:00'],
      ['How much is a pitch for a tent?', '18 euros'],
      ['What does a child pay per night?', '3 euros'],
      ['How is electricity billed?', '60 cents per kilowatt'],
      ['Are you open in winter?', 'In winter only the four cabins'],
      ['How many people fit into a cabin?', 'sleeps four people'],
      ['Can I rent bed sheets?', 'Bed linen can be'],
      ['Is there a lifeguard at the beach?', 'unguarded'],
      ['How much does a rowing boat cost?', '12 euros an hour'],
      ['Are motor boats allowed?', 'Motor boats are forbidden'],
      ['May I light a camp fire?', 'stone rings'],
      ['Where do I get firewood?', 'Firewood is sold'],
      ['When is quiet time?', '22:00 to 7:00'],
      ['Can I bring two dogs?', 'Dogs are welcome'],
      ['Where can I empty the chemical toilet?', 'Chemical toilets are emptied'],
      ['Where is drinking water?', 'blue taps'],
      ['How much do I lose if I cancel in the last week?', 'last week the whole amount'],
      ['How long is the ridge walk?', '13 kilometres'],
      ['Is there a walk suitable for a pram?', 'suits prams'],
      ['How many mushrooms may I collect?', 'at most one kilogram'],
    ]),
    ...unanswered([
      'Do you have a sauna?',
      'Is there a supermarket on the site?',
      'Which films are on in the cinema tonight?',
      'How do I get a passport?',
      'Who is the president of France?',
      'Can I charge my electric car?',
      'Do you accept credit cards?',
      'What is the best tent for two people?',
      'How do I cook mushrooms?',
      'Translate this letter into Spanish.',
      'Good evening',
      'How deep is the ocean?',
      'Do you offer horse riding?',
      'What time does the train to Berlin leave?',
      'Which medicine helps against headaches?',
      'Is there a playground with a trampoline?',
    ]),
  ],
};

const SETS = [BAKERY, GUITAR, CAMPSITE];

/** One creator with all of it: what answers one question stands in the way of the others. */
const TOGETHER: QuestionSet = {
  name: 'together',
  documents: SETS.flatMap((set) => set.documents),
  questions: SETS.flatMap((set) => set.questions.filter((asked) => asked.gold !== undefined)),
};

export const QUESTION_SETS: readonly QuestionSet[] = [...SETS, TOGETHER];
