/** What the navigation leads to. */
export const pages = [
  { to: '/', label: 'Overview' },
  { to: '/catalogue', label: 'Catalogue' },
  { to: '/services', label: 'Services' },
  { to: '/nodes', label: 'Nodes' },
  { to: '/templates', label: 'Templates' },
] as const;
