package org.moslora.app;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.moslora.console.hub.HubCache;
import org.moslora.problems.InvalidInput;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --model}: a path, or {@code ORG/NAME} of the hub's cache. */
final class ModelPath implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
        try {
            return HubCache.model(Path.of(text));
        } catch (InvalidPathException wrong) {
            throw new TypeConversionException("\"" + text + "\" is no path: " + wrong.getReason());
        } catch (InvalidInput absent) {
            throw new TypeConversionException(
                    text + " " + absent.problems().get(0).what());
        }
    }
}
