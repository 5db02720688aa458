import { bytesOf, fieldsOf } from '../provider/protobuf.js';
import type { Call } from '../provider/warm-provider.js';

const allContainers = /^(\/v[\d.]+)?\/containers\/json\?all=1$/;
const containerType = 'docker_container';
/** Their reads look into the list of containers for nothing but a container's own id, or not at all. */
const plainTypes = new Set([containerType, 'docker_image', 'docker_network', 'docker_volume']);
/** `ReadResource.Request.type_name`, in tfplugin5 and tfplugin6. */
const typeField = 1;
const id = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/**
 * To read one container, the Docker provider lists all there are and takes the one with its id. While providers are asked for
 * nothing else, those ids are all that is listed: what comes is what they would have found. Pure.
 */
export function narrowed(target: string, asked: Iterable<Call>): string {
  if (!allContainers.test(target)) return target;
  const ids = new Set<string>();
  for (const { method, message } of asked) {
    const type = method === 'ReadResource' ? typeOf(message) : undefined;
    if (type === undefined || !plainTypes.has(type)) return target;
    // Whatever else in its state looks like an id only makes the list longer.
    if (type === containerType) for (const [found] of message.toString('latin1').matchAll(id)) ids.add(found);
  }
  return ids.size === 0 ? target : `${target}&filters=${encodeURIComponent(JSON.stringify({ id: [...ids] }))}`;
}

function typeOf(request: Buffer): string | undefined {
  return bytesOf(fieldsOf(request), typeField)?.toString();
}
