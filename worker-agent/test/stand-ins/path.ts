import { fileURLToPath } from 'node:url';

/** A script that stands in for tofu where a test needs a hang or a crash at will. */
export function fakeTofu(kind: 'that-hangs' | 'that-crashes' | 'that-goes-on'): string {
  return fileURLToPath(new URL(`../../../test/stand-ins/fake-tofu-${kind}.sh`, import.meta.url));
}

/** A script that stands in for a provider that can't be spoken with. */
export function fakeProvider(kind: 'that-hangs' | 'of-old'): string {
  return fileURLToPath(new URL(`../../../test/stand-ins/fake-provider-${kind}.sh`, import.meta.url));
}
