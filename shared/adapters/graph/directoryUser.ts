import type { User } from '@microsoft/microsoft-graph-types';
import { GUID } from '../../lib/guid.ts';
import type { DirectoryUser } from '../../ports/directory.ts';
import { textOf, type Untrusted } from './untrusted.ts';

/** The longest name Microsoft keeps. */
const LONGEST_NAME = 256;
const MOST_ADDRESSES = 50;
const MOST_NUMBERS = 5;
const SMTP = /^smtp:(\S{3,256})$/i;

/** What is read of a person, and nothing else. */
export const USER_SELECT = [
  ...['id', 'userPrincipalName', 'mail', 'proxyAddresses', 'displayName', 'accountEnabled', 'userType'],
  ...['businessPhones', 'mobilePhone'],
].join(',');

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf).filter(text => text !== '') : [];
}

/** Whether somebody is one, in whatever case Graph says so. */
export function isGuest({ userType }: Untrusted<User>): boolean {
  return textOf(userType).toLowerCase() === 'guest';
}

function parseUser(item: Untrusted<User>): DirectoryUser {
  const userPrincipalName = textOf(item.userPrincipalName);
  const mail = textOf(item.mail);
  const known = new Set([userPrincipalName.toLowerCase(), mail.toLowerCase()]);
  const addresses = texts(item.proxyAddresses).map(address => SMTP.exec(address)?.[1]?.toLowerCase() ?? '');
  const aliases = [...new Set(addresses)].filter(address => address !== '' && !known.has(address));
  return {
    id: textOf(item.id).toLowerCase(),
    userPrincipalName,
    mail,
    aliases: aliases.slice(0, MOST_ADDRESSES),
    numbers: [...texts(item.businessPhones), ...texts([item.mobilePhone])].slice(0, MOST_NUMBERS),
    displayName: textOf(item.displayName).slice(0, LONGEST_NAME),
    // Only a plain "false" is a disabled account; the property may be left out.
    accountEnabled: item.accountEnabled !== false,
    isGuest: isGuest(item),
  };
}

/** The people of a list that Graph sent; what is no person is passed over. */
export function directoryUsers(items: readonly unknown[]): DirectoryUser[] {
  return (items as readonly (Untrusted<User> | null)[])
    .filter((user): user is Untrusted<User> => GUID.test(textOf(user?.id)))
    .map(parseUser);
}

/** Guests have no presence of their own in this tenant. */
export function withoutGuests(users: readonly DirectoryUser[]): DirectoryUser[] {
  return users.filter(user => !user.isGuest);
}
