import { useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

/** A link that long lists can afford: the router's own asks the router for much at each drawing. `to` is an address below /ui. */
export function PlainLink({ to, children }: { to: string; children: ReactNode }) {
  const router = useRouter();
  const href = `${router.basepath}${to}`;
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.history.push(href);
  };
  return <a href={href} onClick={onClick}>{children}</a>;
}
