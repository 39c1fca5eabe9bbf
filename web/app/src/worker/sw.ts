// Push notifications and the page without a network: filled by the citizen pages.
export {};
