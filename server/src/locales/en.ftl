# Messages in English. The Serbian wording stands in sr-Cyrl.ftl under the same keys.

not-found = This does not exist, or not for you.
required = Please fill this in.
too-long = This is too long: { $longest ->
    [one] { $longest } character
   *[other] { $longest } characters
} at most.
control-characters = This holds characters that cannot be written. Please type it anew.

# Idempotency keys
bad-key = An idempotency key has 8 to 128 printable ASCII characters without spaces. A new UUID is a good one.
key-reused = This idempotency key was used before with another input. Take a new key for a new action.

# Organisations and memberships
not-an-email = This is not an e-mail address.
unknown-municipality = There is no municipality with the code { $code }. The field `districts` lists them.
roles-required = Give at least one role.
role-does-not-fit = The role { $role } does not fit this kind of organisation.
last-coordinator = This is the organisation's last coordinator. Name another one first.
already-a-member = There is an active membership for this already.
stale-membership = Somebody has changed this membership meanwhile. Read it again.
cannot-be-suspended = This organisation is suspended already, or is the Centre itself.
not-suspended = This organisation is not suspended.

# Indicators
unknown-indicator-set = There is no indicator set with this code. The field `indicatorSets` lists them.
unknown-indicator-version = The indicator set has no such version. Leave the version out to get the one in use.
indicator-set-not-yet-valid = This version of the indicator set is in use from { $from } on, and was not yet on the day the report was begun.
indicator-set-not-valid = This version of the indicator set was in use from { $from } until before { $until }, and not on the day the report was begun.
unknown-indicator = The indicator set has no indicator with this code in this version.
