import { pages } from '../palette/pages.js';

const shown: Record<string, (name: string) => string> = {
  catalogue: (template) => `New ${template}`,
  services: (name) => name,
  runs: (job) => `Run ${job}`,
  templates: (template) => `Template ${template}`,
};

/** What a tab of the browser and a screen reader call the page at this address (below /ui). */
export function titleOf(path: string): string {
  const [area = '', ...rest] = path.replace(/^\/ui(?=\/|$)/, '').split('/').filter((part) => part !== '');
  const name = rest.at(-1);
  const found = name === undefined ? pages.find(({ to }) => to === `/${area}`)?.label : shown[area]?.(decodeURIComponent(name));
  return found === undefined ? 'SpawnIt' : `${found} · SpawnIt`;
}
