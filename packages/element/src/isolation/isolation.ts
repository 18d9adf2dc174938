/** Where the whole player runs instead of in the host's page: in a frame on an origin of its own. */
export interface Isolation {
  /** The frame's page, on another origin than the host's. */
  readonly frame: string | URL;
  /** Where the frame asks for grants: on the frame's own origin, never on the host's. */
  readonly grantEndpoint: string | URL;
  /** Opaque id of the call. Another call closes the open one. */
  readonly call: string;
}
