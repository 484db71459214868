package org.moslora.serve;

/** A request that is not answered, with the HTTP status that says why. */
final class HttpError extends RuntimeException {
    private static final long serialVersionUID = 1;

    static final int UNKNOWN = 404;
    static final int MANY = 429;
    static final int CLOSING = 503;
    static final int LATE = 504;

    private final int status;

    HttpError(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    /** What the protocol calls errors of a status. */
    static String type(int status) {
        return switch (status) {
            case 401, 403 -> "authentication_error";
            case MANY -> "rate_limit_error";
            case LATE -> "timeout_error";
            default -> status < 500 ? "invalid_request_error" : "server_error";
        };
    }
}
