package org.moslora.training.team;

import java.util.List;

/** How members learn each other's addresses, once, before they are connected. */
@FunctionalInterface
public interface AddressExchange {
    /**
     * Gives this member's address to all and gets everybody's.
     *
     * @return one a member, by rank
     */
    List<String> all(String own);
}
