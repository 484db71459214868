package org.moslora.spark;

import org.moslora.problems.Explained;

/** The cluster cannot do the work; the message says what it has and what was asked for. */
final class ClusterFailure extends RuntimeException implements Explained {
    private static final long serialVersionUID = 1;

    ClusterFailure(String message) {
        super(message);
    }

    ClusterFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
