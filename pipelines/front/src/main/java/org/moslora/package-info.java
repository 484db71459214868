/**
 * The front door: what a Java program starts from that has no command line and no recipe file. Start at
 * {@link org.moslora.FineTuning}, {@link org.moslora.VisionLanguageModel} or {@link org.moslora.ImageGenerator}; an
 * adapter is merged by {@link org.moslora.AdapterMerge} and written anew by {@link org.moslora.AdapterConversion}.
 */
@NullMarked
package org.moslora;

import org.jspecify.annotations.NullMarked;
