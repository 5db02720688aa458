import type { Command, Options } from './options.js';

const engine = { text: 'unix:///var/run/docker.sock', help: 'the Docker engine that things are made on' };
const command = <const O extends Options>(of: Command<O>) => of;

export const simulation = command({
  name: 'simulate',
  about: 'Runs the whole system in one process, on a clock and a network that a seed decides, and holds it to its promises. Exit 1 when one was broken.',
  options: {
    seeds: { number: 500, help: 'how many runs' },
    seed: { number: 1, least: 0, help: 'the first one' },
    without: { text: '', help: 'take out one guard of the product: some run must then break a promise' },
    character: { text: '', help: 'whom trouble is for, in all runs' },
    all: { flag: true, help: 'with --without: go on after the first run that shows it' },
    verbose: { flag: true, help: 'tell each log line and request' },
  },
});

export const chaos = command({
  name: 'chaos',
  about: 'Faults on real processes, store, engine and tofu, while people work. Exit 1 when a promise was broken.',
  options: {
    faults: { number: 500, help: 'how many faults' },
    services: { number: 50, help: 'how many services' },
    seed: { number: 1, least: 0, help: 'which order of faults' },
    minutes: { number: 60, help: 'begin no batch after so long' },
    batch: { number: 12, help: 'faults at a time, after which all has to become as declared' },
    agents: { number: 4, help: 'how many agents' },
    engine,
    only: { text: '', help: 'these sorts of faults, joined by commas' },
  },
});

export const soak = command({
  name: 'soak',
  about: 'Steady load for hours, and what each process holds in the long run. Exit 1 when something grows, or a promise was broken.',
  options: {
    hours: { number: 1, least: 0.01, help: 'how long; under one hour there is no verdict' },
    services: { number: 10, help: 'how many services' },
    agents: { number: 2, help: 'how many agents' },
    seed: { number: 1, least: 0, help: 'which order of changes' },
    engine,
  },
});

export const linearizability = command({
  name: 'linearizability',
  about: 'Records what clients of several servers see while things break, and checks each history against one order. Exit 1 when there is none.',
  options: {
    histories: { number: 200, help: 'how many' },
    operations: { number: 2_000, help: 'operations in each' },
    servers: { number: 3, help: 'how many servers' },
    seed: { number: 1, least: 0, help: 'the first one' },
  },
});
