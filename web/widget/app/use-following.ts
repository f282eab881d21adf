import type { RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Message } from './conversation.ts';

/** How far from its end a log still counts as read to the end. */
const NEAR_END = 48;
const MARGIN = 12;

const belowSight = (log: HTMLElement) => log.scrollHeight - log.scrollTop - log.clientHeight;

/**
 * Follows what is said until the newest question reaches the top: a long answer is then read from its beginning. A
 * visitor who has scrolled elsewhere is left in peace, until the next question. Whoever reads the end goes on seeing
 * it when something below takes room: a line that tells of trouble, a keyboard.
 */
export function useFollowing(messages: readonly Message[]): RefObject<HTMLDivElement | null> {
  const log = useRef<HTMLDivElement>(null);
  const placed = useRef({ top: 0, questions: 0 });
  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return;
    const asked = element.querySelectorAll<HTMLElement>('[data-question]');
    const moved = Math.abs(element.scrollTop - placed.current.top) > 2;
    const atEnd = belowSight(element) < NEAR_END;
    if (moved && !atEnd && asked.length === placed.current.questions) return;
    const newest = asked[asked.length - 1];
    const end = element.scrollHeight - element.clientHeight;
    const top = newest ? newest.offsetTop - MARGIN : end;
    element.scrollTop = Math.max(Math.min(end, top), 0);
    placed.current = { top: element.scrollTop, questions: asked.length };
  }, [messages]);
  useLayoutEffect(() => {
    const element = log.current;
    if (!element) return undefined;
    let height = element.clientHeight;
    const observer = new ResizeObserver(() => {
      const lost = height - element.clientHeight;
      height = element.clientHeight;
      if (lost <= 0 || belowSight(element) - lost >= NEAR_END) return;
      element.scrollTop = element.scrollHeight;
      placed.current.top = element.scrollTop;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return log;
}
