import { BlockList, isIP } from 'node:net';
import { CommandError, exits } from './exit.js';

/** As the environment has them: for http, for https, and for what none is taken. */
export interface Proxies {
  http?: string;
  https?: string;
  none?: string;
}

/** The proxy on the way to a server, by the rules that kubectl and curl keep: none to this machine itself, nor to what NO_PROXY names. */
export function proxyFor(server: string, { http, https, none = '' }: Proxies): string | undefined {
  const { protocol, hostname, port } = new URL(server);
  const host = bare(hostname);
  const given = protocol === 'https:' ? https : http;
  if (!given || isThisMachine(hostname)) return undefined;
  const at = { host, port: port || (protocol === 'https:' ? '443' : '80') };
  if (none.split(/[\s,]+/).some((entry) => entry !== '' && isMeant(entry.toLowerCase(), at))) return undefined;
  const proxy = given.includes('://') ? given : `http://${given}`;
  if (!URL.canParse(proxy)) throw new CommandError(exits.usage, `${protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY'} must be an address such as http://proxy.example.com:3128`);
  return proxy;
}

/** As a URL has it. */
export function isThisMachine(hostname: string): boolean {
  const host = bare(hostname);
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

/** An entry is `*`, a network, an address, or a host with all that is below it; the last two may name a port. */
function isMeant(entry: string, { host, port }: { host: string; port: string }): boolean {
  if (entry === '*') return true;
  const network = /^([\da-f.:]+)\/(\d{1,3})$/.exec(entry);
  if (network) return isWithin(host, network[1]!, Number(network[2]));
  const withPort = isIP(entry) === 6 ? undefined : /^(.*):(\d+)$/.exec(entry);
  if (withPort && withPort[2] !== port) return false;
  const name = (withPort?.[1] ?? entry).replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === name || host.endsWith(`.${name}`);
}

function isWithin(host: string, network: string, bits: number): boolean {
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(network) === 0 || isIP(host) !== isIP(network) || bits > (family === 'ipv6' ? 128 : 32)) return false;
  const block = new BlockList();
  block.addSubnet(network, bits, family);
  return block.check(host, family);
}
