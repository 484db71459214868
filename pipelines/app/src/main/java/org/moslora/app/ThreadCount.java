package org.moslora.app;

import org.moslora.layers.Engine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --threads}: with none nothing would run, and with thousands the machine would only switch between them. */
final class ThreadCount implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
        try {
            int threads = Integer.parseInt(text.strip());
            if (threads >= 1 && threads <= Engine.MOST_THREADS) {
                return threads;
            }
        } catch (NumberFormatException noNumber) {
            throw refused(text);
        }
        throw refused(text);
    }

    private static TypeConversionException refused(String text) {
        return new TypeConversionException(
                "must be a whole number from 1 to " + Engine.MOST_THREADS + ", got \"" + text + "\"");
    }
}
