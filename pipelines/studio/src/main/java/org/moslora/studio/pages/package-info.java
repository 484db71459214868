/**
 * The pages, a class each: HTML that shows all there is without a script, and the answers that the script asks for. Start at
 * {@link org.moslora.studio.pages.StudioSite}.
 */
@NullMarked
package org.moslora.studio.pages;

import org.jspecify.annotations.NullMarked;
