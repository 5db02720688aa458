/** Scripts and styles are files of this server; a style element must know the nonce of its page. Nothing is loaded from anywhere else, and no other page may frame this one. */
export function contentSecurityPolicy(nonce: string): string {
  const directives = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': "'self'",
    'base-uri': "'none'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
  };
  return Object.entries(directives).map(([name, value]) => `${name} ${value}`).join('; ');
}
