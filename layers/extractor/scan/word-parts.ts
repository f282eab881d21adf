import { decodeEntities } from '../entities.ts';
import { decodePart, readRelationships, tagsOf } from '../word-package.ts';
import { unsafe } from './unsafe.ts';

/** What Word loads and takes for its own when it opens the document; links and pictures do nothing by themselves. */
const LOADED = /^(?:attachedTemplate|oleObject|package|frame|subDocument|aFChunk|control)$/i;
/** On the same machine or in the same house. */
const NEAR = /^(?:file:|[A-Za-z]:|\\\\|(?![A-Za-z][\w+.-]*:))/i;
const FIELD_PART = /<(?:\w{1,16}:)?(?:fldChar(\s[^<>]*)|instrText(?:\s[^<>]*)?>([^<]*))/g;
const RUNS_PROGRAM = /^[\s"]*DDE(?:AUTO)?(?![A-Za-z])/i;

/**
 * Looks at a part of a Word document for what makes it run something when it is opened. Whoever hides macros under
 * another name has to say in the content types or by a relationship what they are.
 *
 * @throws ReadingError MALWARE_FOUND
 */
export function checkWordPart(name: string, content: Buffer): void {
  if (/vbaProject\.bin$/i.test(name)) throw macros();
  if (/(^|\/)activeX\//i.test(name)) throw controls();
  if (/\[Content_Types\]\.xml$/i.test(name)) checkContentTypes(decodeEntities(decodePart(content)));
  else if (/\.rels$/i.test(name)) checkRelationships(decodePart(content));
  else if (/^word\/[^/]*\.xml$/i.test(name)) checkFields(decodePart(content));
}

function checkContentTypes(xml: string): void {
  if (/vbaProject|macroEnabled/i.test(xml)) throw macros();
  if (/ms-office\.activeX/i.test(xml)) throw controls();
}

function checkRelationships(xml: string): void {
  for (const { kind, target, isExternal } of readRelationships(xml)) {
    if (/^vbaProject$/i.test(kind)) throw macros();
    if (isExternal && LOADED.test(kind) && !NEAR.test(target.trim())) {
      throw unsafe('This document loads parts of itself from elsewhere. Save it with these parts in it.');
    }
  }
}

/** A field that asks another program for its text starts that program; its words may be spread over several runs. */
function checkFields(xml: string): void {
  if (!/DDE/i.test(xml) && !xml.includes('instrText')) return;
  const codes = tagsOf(xml, 'fldSimple').map((attributes) => attributes.get('w:instr') ?? '');
  let code = '';
  for (const [, mark, words] of xml.matchAll(FIELD_PART)) {
    if (mark === undefined) code += decodeEntities(words ?? '');
    else {
      codes.push(code);
      code = '';
    }
  }
  if ([...codes, code].some((each) => RUNS_PROGRAM.test(each))) {
    throw unsafe('This document carries fields that start other programs. Save it without them.');
  }
}

const macros = () => unsafe('This document carries macros. Save it without them.');
const controls = () => unsafe('This document carries controls that run programs. Save it without them.');
