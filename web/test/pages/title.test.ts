import t from 'tap';
import { titleOf } from '../../src/pages/title.js';

t.test('each page is called by what it is about', async (t) => {
  t.equal(titleOf('/'), 'Overview · SpawnIt');
  t.equal(titleOf('/ui/services'), 'Services · SpawnIt');
  t.equal(titleOf('/services/default/my%20shop'), 'my shop · SpawnIt');
  t.equal(titleOf('/ui/catalogue/redis'), 'New redis · SpawnIt');
  t.equal(titleOf('/runs/default/shop-apply-1-x'), 'Run shop-apply-1-x · SpawnIt');
  t.equal(titleOf('/templates/redis/'), 'Template redis · SpawnIt');
  t.equal(titleOf('/nothing/here'), 'SpawnIt');
});
