import t from 'tap';
import { TablePrinter } from '../../src/output/table.js';

const columnDefinitions = [{ name: 'Name', priority: 0 }, { name: 'Phase', priority: 0 }, { name: 'Epoch', priority: 1 }];
const row = (...cells: unknown[]) => ({ cells, object: { metadata: { namespace: 'default' } } });
const plain = { wide: false, namespaces: false, labels: false, labelColumns: [], headers: true, prefix: '' };

await t.test('later rows of a watch are aligned with the first ones, without a second head', async (t) => {
  const printer = new TablePrinter(plain);
  t.equal(printer.format({ columnDefinitions, rows: null }), '', 'nothing while there are no rows');
  t.equal(printer.format({ columnDefinitions, rows: [row('a-long-name', 'Ready', 1)] }), 'NAME          PHASE\na-long-name   Ready');
  t.equal(printer.format({ columnDefinitions: null, rows: [row('b', null, 2)] }), 'b             <none>');
});

await t.test('a table can be wide, with namespaces, without a head, with the kind before each name', async (t) => {
  const table = { columnDefinitions, rows: [row('web', 'two\nlines', 3)] };
  t.equal(new TablePrinter({ ...plain, wide: true, namespaces: true }).format(table), 'NAMESPACE   NAME   PHASE       EPOCH\ndefault     web    two lines   3');
  t.equal(new TablePrinter({ ...plain, headers: false, prefix: 'service/' }).format(table), 'service/web   two lines');
});
