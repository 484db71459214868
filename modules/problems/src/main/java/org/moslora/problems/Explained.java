package org.moslora.problems;

/** Something thrown whose message says all that its user needs to know: the name of its type need not stand before it. */
public interface Explained {
    /** For the user. */
    String getMessage();
}
