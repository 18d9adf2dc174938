/** Something that lies in the storage. */
export interface StoredObject {
  /** From the storage's root, with slashes. */
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
}

/** A folder at the top: one for each call. */
export interface StoredFolder {
  readonly name: string;
  readonly objects: readonly StoredObject[];
}

/**
 * Walks through the storage as anyone can who has its address: it lists its folders, and tells the size of what lies there.
 * @param storage - base URL without a slash at the end
 * @throws {TypeError} where it does not answer
 */
export async function listBucket(storage: string): Promise<StoredFolder[]> {
  const names = await entriesOf(storage, '');
  const folders = names.filter(name => name.endsWith('/'));
  return Promise.all(
    folders.map(async name => ({ name: name.slice(0, -1), objects: await objectsIn(storage, name) })),
  );
}

/** The bytes of an object, as they lie there. @throws {TypeError} where the storage does not answer */
export async function readObject(storage: string, { path }: StoredObject): Promise<ArrayBuffer> {
  const response = await fetch(`${storage}/${path}`);
  if (!response.ok) throw new TypeError('The object is gone.');
  return response.arrayBuffer();
}

async function objectsIn(storage: string, folder: string): Promise<StoredObject[]> {
  const names = await entriesOf(storage, folder);
  const found = await Promise.all(
    names.map(name =>
      name.endsWith('/')
        ? objectsIn(storage, folder + name)
        : objectAt(storage, folder + name).then(one => [one]),
    ),
  );
  return found.flat();
}

async function objectAt(storage: string, path: string): Promise<StoredObject> {
  const response = await fetch(`${storage}/${path}`, { method: 'HEAD' });
  const bytes = Number(response.headers.get('content-length') ?? 0);
  return { path, name: path.slice(path.lastIndexOf('/') + 1), bytes };
}

async function entriesOf(storage: string, folder: string): Promise<readonly string[]> {
  const response = await fetch(`${storage}/${folder}`, { cache: 'no-store' });
  if (!response.ok) throw new TypeError('The storage lists nothing.');
  return ((await response.json()) as { entries: readonly string[] }).entries;
}
