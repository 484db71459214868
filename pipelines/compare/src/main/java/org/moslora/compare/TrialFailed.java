package org.moslora.compare;

/** A trial's own process did not come to its end, such as on a disk that is full; its log says why. */
final class TrialFailed extends RuntimeException {
    TrialFailed(String message) {
        super(message);
    }
}
