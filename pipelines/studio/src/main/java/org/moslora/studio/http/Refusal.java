package org.moslora.studio.http;

/** A request that is not done, and what the browser is told. */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    /** With a status of HTTP and a line for whoever asked. */
    public Refusal(int status, String line) {
        super(line);
        this.status = status;
    }

    /** Nothing is at the address, or nothing that this server gives away. */
    public static Refusal notFound() {
        return new Refusal(404, "There is nothing at this address.");
    }

    /** The address is right and the method is not. */
    static Refusal method() {
        return new Refusal(405, "This address is not asked in this way.");
    }

    /** The body is larger than it may be. */
    static Refusal tooLarge(long most) {
        return new Refusal(413, "That is larger than the " + (most >> 20) + " MiB that are taken.");
    }

    int status() {
        return status;
    }
}
