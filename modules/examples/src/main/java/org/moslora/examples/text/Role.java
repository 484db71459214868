package org.moslora.examples.text;

/** Who speaks a turn. */
public enum Role {
    /** The one who asks. */
    USER,
    /** The one whose answers are learnt. */
    ASSISTANT
}
