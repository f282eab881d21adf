import { followUpIn } from './follow-ups.ts';
import { stemsOf } from './words.ts';

export interface PromptPassage {
  readonly n: number;
  readonly title: string;
  readonly text: string;
}

export interface ReadPrompt {
  readonly question: string;
  /** What was asked before it; empty at the beginning. */
  readonly previous: string;
  /** The latest question before it that is more than `what else?`; empty where there is none. */
  readonly subject: string;
  /** What was answered so far, oldest first. */
  readonly answers: readonly string[];
  readonly passages: readonly PromptPassage[];
}

interface Message {
  readonly role: string;
  readonly content: string;
}

const PASSAGE = /<passage n="(\d+)" title="([^"]*)">\n([\s\S]*?)\n<\/passage>/g;
const QUESTION = /\nQuestion: ([\s\S]*?)(?:\n\n|$)/;

/** Finds question and passages in the last message of the conversation; a plain message is a question alone. */
export function readPrompt(messages: readonly Message[]): ReadPrompt {
  const asked = messages.filter((message) => message.role === 'user').map((message) => message.content);
  const last = asked.at(-1) ?? '';
  const passages = [...last.matchAll(PASSAGE)].map(([, n, title = '', text = '']) => ({ n: Number(n), title, text }));
  const afterPassages = last.slice(last.lastIndexOf('</passages>') + 1);
  const question = QUESTION.exec(`\n${afterPassages}`)?.[1] ?? last;
  const answers = messages.filter((message) => message.role === 'assistant').map((message) => message.content);
  const earlier = asked.slice(0, -1);
  const subject = earlier.findLast((each) => !followUpIn(each) && stemsOf(each).length > 0) ?? '';
  return { question: question.trim(), previous: asked.at(-2) ?? '', subject, answers, passages };
}
