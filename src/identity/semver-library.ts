/** The one address of the `semver` library. */
export { default as semver } from 'semver';
