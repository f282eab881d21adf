/** Below these sizes the panel covers the page, as the style sheet says; then it is a modal dialog. */
export const COVERS_PAGE = '(max-width:480px),(max-height:440px)';

const FOCUSABLE = 'button:not([disabled]),textarea,a[href],summary,[tabindex="0"]';

/** On a screen that is touched, focus in the input calls up a keyboard over half of it: the log takes it instead. */
export function focusInput(input: HTMLElement | null, log: HTMLElement | null): void {
  const target = matchMedia('(pointer:coarse)').matches ? log : input;
  target?.focus({ preventScroll: true });
}

/** Keeps Tab inside a panel that covers the page: nobody should be led to what cannot be seen. */
export function keepInside(panel: HTMLElement, event: KeyboardEvent): void {
  if (event.key !== 'Tab' || !matchMedia(COVERS_PAGE).matches) return;
  const stops = [...panel.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((element) => element.checkVisibility());
  const [first, last] = [stops[0], stops.at(-1)];
  const root = panel.getRootNode();
  const current = root instanceof ShadowRoot ? root.activeElement : undefined;
  if (current !== (event.shiftKey ? first : last)) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
