import type { Command } from 'commander';
import type { DoctorFlags } from '../commands/doctor.js';
import type { StarFlags } from '../commands/star.js';
import type { GlobalFlags } from '../session.js';
import { count, seconds } from './options.js';
import { open } from './open.js';

const dataDir = ['--data-dir <folder>', 'where the star keeps everything (default: that of `npm start`)'] as const;

/** Commands for a star on this machine, and for finding out why something does not go. */
export function addLocal(program: Command): void {
  program
    .command('doctor')
    .description('look at everything that is needed, and tell for each fault what mends it; exit 1 when there is one')
    .option('--local', 'what `npm start` needs on this machine, even if the server is elsewhere')
    .option('--port <port>', 'that a local star would take', count, 7080)
    .option('-o, --output <format>', 'json')
    .option(...dataDir)
    .action(async (flags: DoctorFlags, command: Command) => (await import('../commands/doctor.js')).doctor(command.optsWithGlobals<GlobalFlags & DoctorFlags>(), flags));
  const star = program.command('star').description('the star on this machine: start it, look at it, break a part of it and watch it heal');
  const commands = () => import('../commands/star.js');
  star
    .command('up')
    .description('start it in the background, and wait until it is up')
    .option('--agents <count>', 'how many agents', count)
    .option('--port <port>', 'of the API', count)
    .option('--no-hello', 'do not make the hello service')
    .option('--timeout <time>', 'how long to wait', seconds, 300)
    .option(...dataDir)
    .action(async (flags: StarFlags) => (await commands()).up(flags));
  star
    .command('down')
    .description('stop it; what was provisioned goes on running')
    .option(...dataDir)
    .action(async (flags: StarFlags) => (await commands()).down(flags));
  star
    .command('status')
    .description('its processes; exit 1 when it is not up')
    .option(...dataDir)
    .action(async (flags: StarFlags) => (await commands()).status(flags));
  addBreaking(star);
}

function addBreaking(star: Command): void {
  const commands = () => import('../commands/star-break.js');
  const waits = (command: Command) => command.option('--no-wait', 'do not watch it heal').option('--timeout <time>', 'how long to watch', seconds, 180).option(...dataDir);
  waits(star.command('kill-app <service>').description('remove its containers from the engine here, as an accident would')).action(async (word: string, flags: StarFlags, command: Command) => (await commands()).killApp(await open(command), word, flags));
  waits(star.command('stop-node <node>').description('have an agent stand still: its node falls silent, and its work moves')).action(async (name: string, flags: StarFlags, command: Command) => (await commands()).stopNode(await open(command), name, flags));
  waits(star.command('start-node <node>').description('let an agent that stands still go on')).action(async (name: string, flags: StarFlags, command: Command) => (await commands()).startNode(await open(command), name, flags));
  waits(star.command('stop-api').description('kill the apiserver; what runs is not touched, and the starter starts it again')).action(async (flags: StarFlags, command: Command) => (await commands()).stopApi(await open(command), flags));
}
