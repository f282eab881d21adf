/** What programs call their things, and examples of programming their objects. */
const RECEIVERS = words(`
  account action animal api app arr array args article array author axios body book button buf buffer canvas
  car cargo cat category cell child city client cls color column company conf config console cookie country course ctx
  customer cursor data dataset date db dev df dict dir div doc docker document dog driver el elem element employee entry
  env err error evt event ex field fig file files folder form foo frame fs func function git go group header headers
  history http https img image index info input instance io issue it item items java javax job json key label lib link
  list location log logger main make map math matrix member menu message meta mod model module movie node npm np num obj object option opts order os owner pack packet page param params parent parser path pd
  performance person pet plt player plot pos post process product profile project promise prop props pub python query
  queue random rec record ref repo req request requests res resource response result ret root route router row run
  school self seq series server service session set shell shop sns song source sql state stack std str stream string
  struct student style subprocess super svg sys system tab table tag target task teacher team temp tensor test text tf
  this time token tokio torch tree tuple type url user utils val value var vec vehicle video view vm widget window word
  worker xhr xml asyncio install setup build start deploy entrypoint init`);
/** What such things have or do that is also an ending of names. */
const MEMBERS = words(`
  as at audio bar bot build cat category city click code color company contact country date do email fit form group help
  host id in info int io is link name net network new page parts phone photo photos pid plus ps rest rs run services sh show
  store stream style tab team text time to top total video watch work zone`);
/** Words of programs that are endings as well, each of one company or union that sells no names under it (2025). */
const CLOSED = words('call data dot got here int jot like map now open play post prime prod read room save target');
/** Names of systems, titles and abbreviations that are written like a site's. */
const WORDS_WITH_DOTS = /^(?:asp|ado|vb|ml)\.net$|^socket\.io$|^(?:dr|prof|dipl)\.(?:med|ing)$/iu;
/** The abbreviation before a word whose space was forgotten: `e.g.here`. */
const ABBREVIATION = /^(?:e\.g|i\.e|a\.m|p\.m|z\.b|d\.h|u\.a|v\.a|s\.o|b\.v|p\.ej)\.[^.]+$/iu;
/** A program's file: the name before it says nothing about who has it. */
const SOURCE_FILE = /^[\p{L}\p{N}-]+\.(?:md|py)$|\.(?:test|spec)\.[a-z]+$/iu;

/** Whether a name with an ending that sites have is what programs, files and abbreviations are called. */
export function isCodeWord(name: string): boolean {
  const parts = name.toLowerCase().split('.');
  const ending = parts.pop() ?? '';
  if (CLOSED.has(ending) || WORDS_WITH_DOTS.test(name) || ABBREVIATION.test(name) || SOURCE_FILE.test(name))
    return true;
  return MEMBERS.has(ending) && parts.every(isReceiver);
}

/** Also a variable of one letter. */
export function isReceiver(word: string): boolean {
  return RECEIVERS.has(word.toLowerCase()) || /^[a-z]$/iu.test(word);
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
