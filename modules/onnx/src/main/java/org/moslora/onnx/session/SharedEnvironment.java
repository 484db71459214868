package org.moslora.onnx.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;

/**
 * What all sessions of ONNX Runtime share. The library lets go of it in a shutdown hook of its own, beside whatever still
 * runs; where that was the only hold on it, a run that was under way then reads freed memory and takes the process down
 * with it. The native side counts holds, so here is a second one that nobody lets go of. Java's interface has no call for
 * it.
 */
final class SharedEnvironment {
    private static final OrtLoggingLevel LEVEL = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
    private static final String NAME = "moslora";

    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment(LEVEL, NAME);
    private static final boolean HELD = hold();

    private SharedEnvironment() {}

    static OrtEnvironment get() {
        return ENVIRONMENT;
    }

    /** Whether the second hold was to be had; a release of the library with other insides may have none. */
    static boolean isHeld() {
        return HELD;
    }

    private static boolean hold() {
        try {
            Field functions = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            Method another =
                    OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            functions.setAccessible(true);
            another.setAccessible(true);
            another.invoke(null, functions.getLong(null), LEVEL.getValue(), NAME);
            return true;
        } catch (ReflectiveOperationException | InaccessibleObjectException other) {
            return false;
        }
    }
}
