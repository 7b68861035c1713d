/** What stands in the path where a page with an id was exported, before the browser knows the real id. */
export const PLACEHOLDER = "_";
