import './heap.js';

// Reading the server's modules alone makes the heap grow: its bounds have to stand before.
await import('./program.js');
