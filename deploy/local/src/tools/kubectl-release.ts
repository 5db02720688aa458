import { download, unreachable } from '../ways/download.js';
import { placeProgram } from '../ways/place.js';
import { goPlatform } from '../ways/platform.js';
import type { Way } from '../ways/ways.js';

const releases = 'https://dl.k8s.io';

/** kubectl of this version, as Kubernetes releases it. */
export function kubectlRelease(version: string, path: string): Way {
  const fetchTo = (to: string) => {
    const { os, arch } = goPlatform();
    const url = `${releases}/release/v${version}/bin/${os}/${arch}/kubectl`;
    return download({ url, sumsUrl: `${url}.sha256` }, to);
  };
  return { title: `download kubectl ${version}`, closed: () => unreachable(releases), take: () => placeProgram(path, fetchTo) };
}
