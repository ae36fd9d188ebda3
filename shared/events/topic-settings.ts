// Where the events of the geography go.

export interface EventTopicSettings {
  /** Of the publish API, `https://.../api/events`. */
  readonly endpoint: string;
  /** `domain`: a topic for each resource. `topic`: one for all, where a domain is not to be had. */
  readonly kind: 'domain' | 'topic';
  readonly credential:
    | { readonly kind: 'key'; readonly key: string }
    | { readonly kind: 'managedIdentity'; readonly clientId: string | undefined };
}
