import { Link } from '@tanstack/react-router';
import { Empty } from '../ui/parts.js';

export function NotFound() {
  return (
    <Empty page title="There is no such page">
      <Link to="/">Go to the overview</Link>
    </Empty>
  );
}
