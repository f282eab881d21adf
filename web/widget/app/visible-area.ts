/**
 * Keeps a panel that covers the page within what is to be seen of it: on some phones the keyboard lies over the page
 * without making it smaller. Returns what ends that.
 */
export function followVisibleArea(panel: HTMLElement): () => void {
  const area = window.visualViewport;
  if (!area) return () => {};
  const follow = () => {
    // Who zooms in with two fingers wants to look closer, not a smaller panel.
    const zoomed = Math.abs(area.scale - 1) > 0.05;
    panel.style.setProperty('--visible-height', zoomed ? '100dvh' : `${area.height}px`);
    panel.style.setProperty('--visible-top', zoomed ? '0px' : `${area.offsetTop}px`);
  };
  follow();
  area.addEventListener('resize', follow);
  area.addEventListener('scroll', follow);
  return () => {
    area.removeEventListener('resize', follow);
    area.removeEventListener('scroll', follow);
  };
}
