package org.moslora.samples.serve;

/** A request that is not answered, with the HTTP status that says why. */
final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;

    HttpError(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
