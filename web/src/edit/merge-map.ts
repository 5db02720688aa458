type Words = Readonly<Record<string, string>>;

/**
 * Labels or annotations as they should stand: what is there now, with what a draft has changed of those that were opened.
 * What another has changed meanwhile stays; `clash` is called with a key that both have changed to something else.
 */
export function mergeMap(opened: Words = {}, draft: Words = {}, now: Words = {}, clash: (key: string) => never): Record<string, string> {
  const merged = { ...now };
  for (const key of new Set([...Object.keys(opened), ...Object.keys(draft)])) {
    if (draft[key] === opened[key]) continue;
    if (now[key] !== opened[key] && now[key] !== draft[key]) clash(key);
    if (draft[key] === undefined) delete merged[key];
    else merged[key] = draft[key];
  }
  return merged;
}
