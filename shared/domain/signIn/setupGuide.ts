/** Sections of the customer's set-up guide. */
export const SETUP_GUIDE = {
  registration: 'Create App Registration',
  user: 'Create a User with permissions to use the Application',
  password: 'Additional User Configuration',
  owner: 'Assign the User to the Application',
  permissions: 'Grant Permissions',
  secret: 'Create a Client Secret',
  values: 'Gather all Information',
} as const;
