import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Texts } from '../texts/texts.ts';
import type { AssistantMessage } from './conversation.ts';
import { Icon } from './icons.tsx';
import { Markdown } from './markdown/markdown.tsx';
import { problemText } from './problems.ts';
import { Sources } from './sources.tsx';

interface AnswerProps {
  readonly answer: AssistantMessage;
  readonly texts: Texts;
  /** False when it could not be stored. */
  readonly onRate: (rating: 'up' | 'down') => Promise<boolean>;
  readonly onRetry: (() => void) | undefined;
}

export function Answer({ answer, texts, onRate, onRetry }: AnswerProps): VNode {
  const sources = useRef<HTMLUListElement>(null);
  const openSource = (n: number) => {
    const entry = sources.current?.querySelector<HTMLDetailsElement>(`[data-n="${n}"]`);
    if (!entry) return;
    entry.open = true;
    entry.querySelector('summary')?.focus();
  };
  return (
    <article class="message assistant" aria-label={texts.assistant}>
      {answer.text && (
        <Markdown
          text={answer.text}
          sources={answer.citations.map(({ n }) => n)}
          sourcesToCome={answer.state === 'streaming'}
          labelOf={texts.source}
          onCitation={openSource}
        />
      )}
      {answer.state === 'waiting' && (
        <p class="aside waiting">{answer.queuePosition ? texts.queued(answer.queuePosition) : texts.thinking}</p>
      )}
      {answer.state === 'failed' && <p class="trouble">{problemText(answer.error, texts)}</p>}
      {answer.state === 'cancelled' && <p class="aside">{texts.cancelled}</p>}
      {answer.citations.length > 0 && <Sources citations={answer.citations} texts={texts} listRef={sources} />}
      {answer.state === 'done' && <Actions answer={answer} texts={texts} onRate={onRate} />}
      {onRetry && (
        <div class="actions">
          <button type="button" class="plain" onClick={onRetry}>
            <Icon name="restart" />
            {texts.retry}
          </button>
        </div>
      )}
    </article>
  );
}

function Actions({ answer, texts, onRate }: Omit<AnswerProps, 'onRetry'>): VNode {
  const [isUnrated, setUnrated] = useState(false);
  const rate = async (rating: 'up' | 'down') => {
    setUnrated(false);
    setUnrated(!(await onRate(rating)));
  };
  return (
    <div class="actions">
      {answer.messageId &&
        (['up', 'down'] as const).map((rating) => (
          <button
            type="button"
            aria-pressed={answer.rating === rating}
            aria-label={rating === 'up' ? texts.helpful : texts.notHelpful}
            title={rating === 'up' ? texts.helpful : texts.notHelpful}
            onClick={() => rate(rating)}
          >
            <Icon name={rating} />
          </button>
        ))}
      {/* Browsers have a clipboard on pages with TLS only. */}
      {navigator.clipboard && <Copy answer={answer} texts={texts} />}
      <span class="aside" role="status">
        {isUnrated ? texts.notRated : ''}
      </span>
    </div>
  );
}

const COPIED_FOR_MS = 2_500;

/** The answer with its sources by name: their numbers alone would mean nothing elsewhere. */
function Copy({ answer, texts }: { answer: AssistantMessage; texts: Texts }): VNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), COPIED_FOR_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    const sources = answer.citations.map(({ n, title, url }) => `[${n}] ${title}${url ? ` ${url}` : ''}`);
    try {
      await navigator.clipboard.writeText([answer.text, ...(sources.length > 0 ? ['', ...sources] : [])].join('\n'));
      setCopied(true);
    } catch {
      // Forbidden by the page: nothing was copied, and nothing says so.
    }
  };
  return (
    <>
      <button type="button" aria-label={texts.copy} title={texts.copy} onClick={copy}>
        <Icon name={copied ? 'check' : 'copy'} />
      </button>
      <span class="aside" role="status">
        {copied ? texts.copied : ''}
      </span>
    </>
  );
}
