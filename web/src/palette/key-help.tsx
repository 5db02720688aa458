import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Button } from '../ui/parts.js';
import { usePreference } from '../ui/use-preference.js';
import './palette.css';

const keys: [string, string][] = [
  ['Ctrl K', 'go to anything (always on)'],
  [':', 'go to anything'],
  ['/', 'to the filter or search of the page'],
  ['d', 'details of the service'],
  ['l', 'its logs'],
  ['y', 'its YAML'],
  ['↑ ↓', 'from one service of the list to the next'],
  ['Esc', 'leave the field, close what is open'],
  ['?', 'this help'],
];

/** What the keys do, and the switch for those who press them by accident or speak to their machine. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  const [on, setOn] = usePreference('keys', true);
  return (
    <ModalOverlay className="overlay" isDismissable isOpen onOpenChange={onClose}>
      <Modal className="modal">
        <Dialog className="stack">
          <Heading slot="title" level={2}>Keys</Heading>
          <table><tbody>{keys.map(([key, does]) => <tr key={key}><th scope="row"><kbd>{key}</kbd></th><td>{does}</td></tr>)}</tbody></table>
          <p className="quiet">d, l and y act on the service of the page, or on the one of the list that has the focus.</p>
          <label className="row"><input type="checkbox" role="switch" checked={on} onChange={(event) => setOn(event.target.checked)} /> Single keys are on</label>
          <div><Button onPress={onClose}>Close</Button></div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
