import { ApiError } from '@spawnit/contract';
import { request } from 'node:http';

const patienceMs = 30_000;

/** Asks the starter to do it. Throws Conflict with its words when it won't, ServiceUnavailable when it can't be asked. */
export function handOn(socketPath: string, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const lost = (error: Error) => reject(new ApiError('ServiceUnavailable', `what started this server can't be asked: ${error.message}`, { internal: error }));
    const sent = request({ socketPath, method: 'POST', path, timeout: patienceMs }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (data: string) => (text += data)).on('error', lost);
      answer.on('end', () => (answer.statusCode === 204 ? resolve() : reject(new ApiError('Conflict', text || `the starter answered ${answer.statusCode}`))));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', lost).end();
  });
}
