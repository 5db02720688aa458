import type { Service } from '@spawnit/contract';
import { useMemo, useState } from 'react';
import { parse, stringify } from 'yaml';
import { declared, useReplaceDryRun } from '../../edit/replace.js';
import { Review } from '../../edit/review.js';
import { CopyButton } from '../../logs/copy-button.js';
import { Button, Notice } from '../../ui/parts.js';
import '../../edit/edit.css';

/** All of it as the API has it; what people declare can be changed, with the server's word on it before it is. */
export function Yaml({ service }: { service: Service }) {
  const [editing, setEditing] = useState(false);
  const text = useMemo(() => stringify(service), [service]);
  if (editing) return <Editor service={service} onDone={() => setEditing(false)} />;
  return (
    <>
      <div className="row">
        <Button onPress={() => setEditing(true)}>Edit</Button>
        <CopyButton what="YAML" text={() => text} />
        <a className="button" href={`data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`} download={`${service.metadata.name}.yaml`}>Download</a>
      </div>
      <pre className="code" tabIndex={0}>{text}</pre>
    </>
  );
}

function Editor({ service, onDone }: { service: Service; onDone: () => void }) {
  const [opened, setOpened] = useState(service);
  const [text, setText] = useState(() => stringify(declared(unversioned(service))));
  const { draft, problem } = useMemo(() => read(text, opened), [text, opened]);
  const verdict = useReplaceDryRun(draft, service.metadata.generation);
  const begin = () => {
    setOpened(service);
    setText(stringify(declared(unversioned(service))));
  };
  return (
    <div className="split">
      <div className="stack">
        <textarea className="yaml-editor" aria-label="The service as YAML" spellCheck={false} value={text} onChange={(event) => setText(event.target.value)} aria-invalid={problem !== undefined} aria-describedby="yaml-problem" />
        <div id="yaml-problem">{problem && <Notice tone="bad" title="This can’t be read"><p className="wrap">{problem}</p></Notice>}</div>
        <div><Button onPress={onDone}>Back without saving</Button></div>
      </div>
      <Review opened={opened} live={service} draft={draft} verdict={verdict} onSaved={onDone} onReset={begin} />
    </div>
  );
}

function unversioned(service: Service): Service {
  return { ...service, metadata: { ...service.metadata, resourceVersion: undefined } };
}

/** Another name would be another service. */
function read(text: string, { metadata }: Service): { draft?: Service; problem?: string } {
  try {
    const draft = parse(text) as Partial<Service> | null;
    if (typeof draft !== 'object' || draft === null || typeof draft.metadata !== 'object' || typeof draft.spec !== 'object') return { problem: 'A service has apiVersion, kind, metadata and spec.' };
    if (draft.metadata.name !== metadata.name || draft.metadata.namespace !== metadata.namespace) return { problem: `Its name and namespace stay ${metadata.name} and ${metadata.namespace}: make another service from the catalogue.` };
    return { draft: unversioned(draft as Service) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
