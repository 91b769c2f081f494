# Messages in English. The Serbian wording stands in sr-Cyrl.ftl under the same keys.

not-found = This does not exist, or not for you.
